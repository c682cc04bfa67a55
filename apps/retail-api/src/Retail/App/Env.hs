-- | What the service works with. Whatever a test wants to replace is a field.
module Retail.App.Env (Env (..), Actor (..), allowed, placesOf, require, requireAt) where

import Control.Monad (unless)
import Data.ByteString (ByteString)
import Data.IORef (IORef)
import Data.Map.Strict (Map)
import Data.Maybe (isNothing)
import Data.Time (UTCTime)
import Retail.App.Card (CardProvider)
import Retail.App.Config (Config)
import Retail.App.Problem
import Retail.Contract.Staff (Grant (..))
import Retail.Contract.Wire (enumText)
import Retail.Db.Transaction (Database)
import Retail.Domain.Id (Id)
import Retail.Domain.Role (Permission, permits)
import Retail.Obs.Event (Event)

data Env = Env
  { config :: Config,
    database :: Database,
    cards :: CardProvider,
    tell :: Event -> IO (),
    clock :: IO UTCTime,
    random :: Int -> IO ByteString,
    -- | Sessions that were looked up in the last seconds, by the hash of their token.
    recent :: IORef (Map ByteString (UTCTime, Actor)),
    draining :: IORef Bool
  }

-- | Who asks, for whom, and what they may do.
data Actor = Actor
  { organisation :: Id "organisation",
    staff :: Id "staff",
    grants :: [Grant],
    tokenHash :: ByteString
  }

-- | Everywhere, or at the given location.
allowed :: Actor -> Permission -> Maybe (Id "location") -> Bool
allowed Actor {grants} permission place =
  or [role `permits` permission | Grant {role, locationId} <- grants, isNothing locationId || locationId == place]

-- | The locations where the actor may do this; 'Nothing' for all of them.
placesOf :: Actor -> Permission -> Maybe [Id "location"]
placesOf Actor {grants} permission = sequence [locationId | Grant {role, locationId} <- grants, role `permits` permission]

requireAt :: Actor -> Permission -> Id "location" -> IO ()
requireAt actor permission place = check (allowed actor permission (Just place)) permission

-- | For what belongs to no location: a role at any location will do to read, so ask with care.
require :: Actor -> Permission -> IO ()
require Actor {grants} permission = check (any (\Grant {role} -> role `permits` permission) grants) permission

check :: Bool -> Permission -> IO ()
check granted permission =
  unless granted (refuse Forbidden ("This needs the permission " <> enumText permission <> "."))
